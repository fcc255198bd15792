"""What a model can be asked beside continuing at the caret, and how it is put to each kind of model.

Owns the prompts (plain, in the model's own chat template, with its marks for filling in), their budgets, and the task
files of the command line. Knows neither torch nor Qt, no page and no worker.
"""
