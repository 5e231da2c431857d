"""Functions with more ways through them than a test can take."""


class Trainer:
    @property
    def ready(self):
        return True

    def step(self, batch, cfg):  # expect: CPX001
        if cfg.amp and cfg.cuda:
            if cfg.bf16 or cfg.fp16:
                batch = self.cast(batch)
        elif cfg.cuda:
            batch = batch.cuda()
        try:
            loss = self.model(batch) if not cfg.compiled else self.fast(batch)
        except MemoryError:
            return None
        else:
            loss = loss / cfg.accumulate
        for name, value in loss.items():
            if name in cfg.ignored or value is None:
                continue
            while value > cfg.limit:
                value = value / 2
        if cfg.clip or cfg.clip_value:
            self.clip()
        return [v for v in loss if v]


def outer(cfg):
    @cfg.register
    def chosen(name):  # expect: CPX001
        if name == "a" or name == "b" or name == "c" or name == "d":
            return 1
        if name == "e" or name == "f" or name == "g" or name == "h":
            return 2
        if name == "i" or name == "j" or name == "k" or name == "l":
            return 3
        if name == "m" or name == "n" or name == "o" or name == "p":
            return 4
        return 5

    return chosen
