"""How far each chapter is from the writer's own texts."""
