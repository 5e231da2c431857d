"""Not told: `eval` runs text as code."""

import ast

betas = ast.literal_eval(options.betas)
