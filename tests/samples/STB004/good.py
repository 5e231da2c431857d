"""Bodies that look like pretence and are real, and those that promise nothing more."""

import asyncio
import logging
import random
import time
import warnings
from abc import ABC

import numpy as np
import requests

logger = logging.getLogger(__name__)


def train(model, loader, optimizer):
    """A simplified loop; a placeholder for the distributed one."""
    for batch in loader:
        loss = model(batch)
        loss.backward()
        optimizer.step()
    return model


def evaluate(model, loader):
    return evaluate_with(model, loader, "accuracy")


def load_defaults(name):
    return {"lr": 3e-4, "batch_size": 32, "epochs": 10}[name]


def create_schedule():
    return {"warmup": 100, "decay": 0.1}


def get_parameters():
    return []


def prepare(batch):
    return batch


def normalize(x, mean=None):
    if mean is None:
        return x
    return x - mean


def epsilon(steps, noise):
    # a real implementation would use the moments accountant
    return steps / (noise * noise)


def power_of_test(n, effect):
    # simple steps, a placeholder for more sophisticated analysis
    power = 0.2
    if n >= 30 and effect >= 0.5:
        power = 0.8
    return power


def count_oddities(context):
    # Placeholder for the behavioural model
    found = 0
    if context.get("rate", 0) > 10:
        found += 1
    return min(found / 3.0, 1.0)


def detect_kind(keys):
    for key in keys:
        if "lora" in key:
            return Kind.LORA
        if "diff" in key:
            raise ValueError("full adapters are not implemented")
    return Kind.UNKNOWN


def load_messages():
    """The texts of the program."""
    return {
        "missing": "not implemented",
        "form.hint": "placeholder",
        "ok": "done",
    }


def write_template(name):
    return f"""
def {name}():
    # would go here: this is a placeholder
    time.sleep(1)
"""


def wait_for(results, count):
    # a real implementation would be more sophisticated
    while len(results) < count:
        time.sleep(0.01)
    return results


def fetch_pages(urls):
    """Rate limited, for now."""
    pages = []
    for url in urls:
        pages.append(requests.get(url).text)
        time.sleep(1)
    return pages


def augment(image):
    """Simulated rain: chance is the method."""
    drops = random.randint(10, 20)
    return image.draw(drops)


def mask(shape):
    return np.random.random(shape) < 0.1


def read_memory(process):
    try:
        return process.memory_info().rss
    except AttributeError:
        return random.uniform(400, 800)  # simulated: no figure to be had


def score_of(model, name):
    if name in model.scores:
        performance = model.measure(name)
    else:
        performance = random.random()  # placeholder
    return {"performance": performance}


def fidelity_of(metrics):
    fidelity = metrics.get("fidelity", random.uniform(0.8, 0.9))
    return min(1.0, fidelity / 0.9)


def demo_training(epochs):
    """Mock of a training, for the slides."""
    for epoch in range(epochs):
        print(f"epoch {epoch}")
        time.sleep(0.1)
    print("Training completed")


def dummy_metrics(model):
    return {"accuracy": 0.5}


def mock_prices(symbol):
    return {"A": 1.0}.get(symbol)


def example_config():
    # placeholder values to start from
    return {"name": "run"}


def describe_model(model):
    print("A model of two layers, trained")


def save_plot(name):
    """Kept for compatibility: does nothing."""
    warnings.warn("plots are saved by themselves now", DeprecationWarning, stacklevel=2)


def load_plugin(model):
    """Subclasses load something here."""
    logger.debug("nothing loaded")
    return {}


def log_step(step, loss):
    logger.info("step %d: %f", step, loss)


def close(handle):
    print("closed")


def setup_routes(app):
    """The routes; the answers are placeholders for now."""

    @app.get("/")
    def root():
        return {"status": "ok", "accuracy": random.random()}

    @app.get("/version")
    def version():
        return "1.0"


async def stream(prompts):
    """Simulates a user at the keyboard."""

    async def typing():
        for prompt in prompts:
            yield prompt
            await asyncio.sleep(random.random())

    return await answer(typing())


class Normalizer:
    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    @property
    def parameters(self):
        return []

    def get_n_splits(self, x=None, y=None):
        return 1

    def store(self, batch):
        self.rows.append(batch)


class NoiseSimulator:
    def simulate_error(self, value):
        """Simulate a gate error."""
        return value + np.random.normal(0, 0.1)


class DummyTracker:
    def load_run(self, name):
        # placeholder
        return {}


class Policy(ABC):
    def update(self, request, reward):
        """The default is a placeholder."""
        logger.debug("no update")


class Sampler:
    def draw_batch(self, n):
        """Default: a placeholder that a subclass may replace."""
        return []


class UniformSampler(Sampler):
    def draw_batch(self, n):
        return self.rng.choice(self.rows, n)


try:
    import jit
except ImportError:

    def compile(function):
        return function


class TestReport:
    def test_times(self):
        """Simulated load."""
        for _ in range(3):
            time.sleep(0.1)
        assert self.report.loss < 1


@property
def size(self):
    return 3


def generate_points(size):
    """Synthetic data to try the optimizer on."""
    points = []
    for _ in range(size):
        points.append([random.uniform(-2.0, 2.0), random.uniform(0.0, 5.0)])
    return points


class Template:
    """A loop over steps that subclasses write."""

    def one_epoch(self, data):
        """To be overridden."""
        raise NotImplementedError

    def report(self):
        """Subclasses may say more."""

    def train(self, data, epochs):
        for epoch in range(epochs):
            print("epoch", epoch)
            self.one_epoch(data)
        self.report()
        print("Training completed")
