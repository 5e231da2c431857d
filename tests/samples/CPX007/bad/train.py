from data import read


def build(cfg):
    return cfg.model(cfg)


model = build(read("config"))
trainer = Trainer(model)
trainer.train()  # expect: CPX007
