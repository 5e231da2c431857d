import pandas as pd


def read(name):
    return pd.read_json(name)


TABLE = pd.read_csv("table.csv")  # expect: CPX007
