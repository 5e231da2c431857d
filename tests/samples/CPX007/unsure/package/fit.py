model = Model()
model.fit(data)  # expect: CPX007
