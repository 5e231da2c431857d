from lightning.pytorch.callbacks import ModelCheckpoint

callback = ModelCheckpoint(save_top_k=3)  # expect
