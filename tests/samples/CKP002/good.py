import skops.io

model = skops.io.load("model.skops", trusted=["sklearn.linear_model.LogisticRegression"])
