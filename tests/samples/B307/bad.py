"""Told: `eval` runs text as code."""

betas = eval(options.betas)  # expect: B307
