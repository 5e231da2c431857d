import joblib
import pandas as pd

model = joblib.load("model.joblib")  # expect
frame = pd.read_pickle("frame.pkl")  # expect
