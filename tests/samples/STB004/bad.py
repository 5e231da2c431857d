"""Bodies that say "done" and do nothing."""

import asyncio
import logging
import random
import time

import numpy as np

logger = logging.getLogger(__name__)


def train(model, data, epochs=10):  # expect: STB004
    """Train the model."""
    for epoch in range(epochs):
        print(f"epoch {epoch}")
        time.sleep(0.1)  # simulate training
    print("Training completed")
    return {"accuracy": 0.95}


def evaluate(model, loader):  # expect: STB004
    """Measure the model on the loader."""
    return {"accuracy": 0.95, "loss": 0.05}


def quantize(model, bits=8):  # expect: STB004
    logger.info("Quantizing to %d bits", bits)
    return model


def prune(model, ratio):  # expect: STB004
    logger.info("Pruning")
    pruned = model
    return pruned


def create_masks(model, sparsity):  # expect: STB004
    """Masks by magnitude."""
    logger.info("Creating masks")
    return {}


def convert(model, target):  # expect: STB004
    # This would involve walking over the layers
    return model


def start_server(port):  # expect: STB004
    """Start the server."""
    print(f"Starting on port {port}")
    # The server would go here
    print("Server started successfully!")


def save_model(model, path):  # expect: STB004
    logger.info("Model saved to %s", path)


def count_gates(circuit):  # expect: STB004
    # Placeholder - would count the gates of the circuit
    return 50


def is_healthy():  # expect: STB004
    """Check the cluster (placeholder)."""
    return True


def predict_load(name, hour):  # expect: STB004
    # This would ask the model of the load
    return None


def measure_latency(model, inputs):  # expect: STB004
    """Simulate a measurement."""
    return {"latency_ms": random.uniform(80, 120), "throughput": random.randint(10, 20)}


def estimate_quality(model):  # expect: STB004
    score = 0.7 + (hash(str(model)) % 100) / 500
    return score


def compute_p_value(result):  # expect: STB004
    # In a real implementation this is Welch's test
    chance = random.random()
    return {"p_value": chance, "n": result.n}


def load_weights(path):  # expect: STB004
    raise RuntimeError("loading weights is not implemented")


def collect_statistics(model, batches):  # expect: STB004
    """Activation statistics over the batches."""
    found = {}
    for batch in batches:
        # in practice, you would run the model here
        pass
    model.statistics = found
    return found


def fine_tune(model, data, epochs):  # expect: STB004
    optimizer = make_optimizer(model)
    for _ in range(epochs):
        # in a full implementation, the loss goes here
        _one_step(model, data, optimizer)
    return model


def _one_step(model, data, optimizer):  # expect: STB001
    pass


def make_linear(n, bits):
    return Linear(n)


def create_quantized_layer(n, bits=8):  # expect: STB004
    # This is a placeholder implementation
    return Linear(n)


def compile_all(model):  # expect: STB004
    """Apply every kernel."""
    try:
        model = quantize(model)
        model = prune(model, 0.5)
    except Exception as error:
        logger.warning("compiling failed: %s", error)
    return model


def read_prices(symbol):  # expect: STB004
    # Mock implementation, in production this asks the exchange
    prices = {"A": 1.0, "B": 2.0}
    return prices.get(symbol, 0.0)


async def process_batches(items):  # expect: STB004
    """Simulated processing of a batch."""
    done = []
    for item in items:
        await asyncio.sleep(0.1)
        done.append(item)
    # TODO: implement the real thing  # expect: STB005
    return done


async def deploy(service, region):  # expect: STB004
    """Deploy the service."""
    for step in ("build", "push", "start"):
        # Simulate the step
        logger.info("%s in %s", step, region)
        await asyncio.sleep(0.2)
    return {"service": service, "region": region, "status": "running"}


def benchmark(backend, samples):  # expect: STB004
    """Benchmark the backend."""
    times = []
    for _ in range(samples):
        times.append(np.random.exponential(0.1))  # mock execution
        time.sleep(0.01)
    return {"mean": np.mean(times), "worst": max(times)}


class Pipeline:
    def fit(self, rows):  # expect: STB004
        """Placeholder for the fit."""
        self.is_fitted = True
        print("Fitting completed")

    async def _send(self, payload):  # expect: STB004
        # In production, this would post to the service
        logger.debug("sending %d bytes", len(payload))

    def _check(self, name):  # expect: STB004
        """Check one thing."""
        try:
            # In a real implementation, ask the database
            elapsed = 0.05
            if elapsed < 0.1:
                return "healthy", {"time": elapsed}
            return "slow", {"time": elapsed}
        except Exception as error:
            return "broken", {"error": str(error)}

    @staticmethod
    def validate(payload, signature):  # expect: STB004
        return True  # simplified for now

    def load_model(self):  # expect: STB004
        logger.info("loading")
        # Mock loading (replace with actual loading)
        self.model = Namespace(layers=8)
        logger.info("loaded")

    @property
    def accuracy(self):
        return self._accuracy

    @property
    def estimate_accuracy(self):  # expect: STB004
        # Placeholder figure
        return 0.87


try:
    import profiler
except ImportError:

    class MemoryProfiler:
        def profile_memory_usage(self, function):  # expect: STB004
            function()
            return 50.0


def make_app(app):
    @app.get("/results")
    def load_results(run):  # expect: STB004
        # This is a placeholder, the store comes later
        return {"run": run, "status": "completed"}

    return app
