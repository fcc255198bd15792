"""How far a passage is from the writer's own texts towards a model's prose. Knows no Qt and no model."""
