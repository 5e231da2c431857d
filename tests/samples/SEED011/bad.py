import os

os.environ["PYTHONHASHSEED"] = "0"  # expect
