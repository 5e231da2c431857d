def build(cfg):
    return cfg.model(cfg)


def main(cfg):
    model = build(cfg)
    model.train()
    Trainer(model).fit()


model = build(default)
model.train()

if __name__ == "__main__":
    main(parser.parse_args())
