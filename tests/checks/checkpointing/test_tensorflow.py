"""TensorFlow of both versions: its savers, estimators, checkpoints and hub modules."""

from __future__ import annotations

import pytest

from tests.checks.checkpointing.support import sites

SILENT = {
    "an estimator of the repository's own": (
        "import tensorflow as tf\n\nclass MyEstimator:\n    def train(self):\n        pass\n\n"
        "estimator = MyEstimator()\nestimator.train()\n"
    ),
    "an estimator of scikit-learn": "estimator = RandomForestClassifier()\nestimator.train(x)\n",
    "a layer": "import tensorflow as tf\nclass Net(tf.Module):\n    pass\n",
    "a session without a folder": "import tensorflow as tf\ntf.train.MonitoredTrainingSession()\n",
    "a file of text": "import tensorflow as tf\nwith tf.io.gfile.GFile(p) as f:\n    text = f.read()\n",
    "a model in training mode": "import tensorflow as tf\nmodel.train(data)\n",
}
LOUD = {
    "weights of a checkpoint": (
        "import tensorflow as tf\ntf.train.init_from_checkpoint(path, mapping)\n",
        ["a.py:2 load weights"],
    ),
    "an estimator": (
        (
            "import tensorflow as tf\nestimator = tf.contrib.tpu.TPUEstimator(model_fn=f, config=c)\n"
            "estimator.train(input_fn=g, max_steps=9)\n"
        ),
        ["a.py:3 save weights,optimizer,step"],
    ),
    "an estimator of version 1 in version 2": (
        (
            "from tensorflow.compat.v1 import estimator as e\n"
            "x = e.Estimator(f, config=c)\nx.train(g)\nx.export_savedmodel(d, r)\n"
        ),
        ["a.py:3 save weights,optimizer,step", "a.py:4 save weights"],
    ),
    "an estimator that is handed in": (
        "import tensorflow as tf\n\ndef run(estimator):\n    estimator.train(g)\n",
        ["a.py:4 save weights,optimizer,step"],
    ),
    "training and evaluation": (
        "import tensorflow as tf\ntf.estimator.train_and_evaluate(e, train, test)\n",
        ["a.py:2 save weights,optimizer,step"],
    ),
    "an exporter": (
        "import tensorflow as tf\nexporter = tf.estimator.BestExporter(serving_input_receiver_fn=f)\n",
        ["a.py:2 save weights"],
    ),
    "a session that saves": (
        "import tensorflow as tf\nwith tf.train.MonitoredTrainingSession(checkpoint_dir=d) as s:\n    s.run(op)\n",
        ["a.py:2 save weights,optimizer,step"],
    ),
    "a saver of all variables": (
        (
            "import tensorflow as tf\nop = optimizer.minimize(loss, global_step=tf.train.get_or_create_global_step())\n"
            "saver = tf.train.Saver(max_to_keep=3)\nsaver.restore(sess, p)\nsaver.save(sess, p, global_step=i)\n"
        ),
        ["a.py:4 load weights,optimizer,step", "a.py:5 save weights,optimizer,step"],
    ),
    "a saver of some variables": (
        (
            "import tensorflow as tf\nop = optimizer.minimize(loss)\n"
            "saver = tf.train.Saver(var_list=tf.trainable_variables())\nsaver.save(sess, p)\n"
        ),
        ["a.py:4 save weights"],
    ),
    "a module of the hub": (
        "import tensorflow_hub as hub\nmodule = hub.Module(url, trainable=True)\nlayer = hub.KerasLayer(url)\n",
        ["a.py:2 load weights", "a.py:3 load weights"],
    ),
    "an exported module": (
        (
            "import tensorflow as tf\nimport tensorflow_hub as hub\nspec = hub.create_module_spec(f)\n"
            "spec.export(d, checkpoint_path=p)\n"
        ),
        ["a.py:4 save weights"],
    ),
    "a saved model": (
        "import tensorflow as tf\ntf.saved_model.save(m, d)\nm = tf.saved_model.load(d)\n",
        ["a.py:2 save weights", "a.py:3 load weights"],
    ),
    "the parts of a checkpoint": (
        (
            "import tensorflow as tf\nckpt = tf.train.Checkpoint(model=m, optimizer=o, epoch=e)\n"
            "manager = tf.train.CheckpointManager(ckpt, d, max_to_keep=3)\nckpt.restore(manager.latest_checkpoint)\n"
            "manager.save()\n"
        ),
        ["a.py:4 load weights,optimizer,epoch", "a.py:5 save weights,optimizer,epoch"],
    ),
    "two checkpoints": (
        (
            "import tensorflow as tf\nfull = tf.train.Checkpoint(model=m, optimizer=o)\nfull.restore(p)\n"
            "second = tf.train.CheckpointManager(tf.train.Checkpoint(net=m), d, 3)\nsecond.checkpoint.restore(q)\n"
        ),
        ["a.py:3 load weights,optimizer", "a.py:5 load weights"],
    ),
    "a manager that is handed in": (
        (
            "import tensorflow as tf\n\ndef go_on(checkpoint_manager):\n"
            "    checkpoint_manager.checkpoint.restore(p).expect_partial()\n"
        ),
        ["a.py:4 load weights"],
    ),
    "Keras under a strategy": (
        (
            "import tensorflow as tf\nwith strategy.scope():\n    model = build()\nmodel.save(p)\n"
            "model = tf.keras.models.load_model(p)\n"
        ),
        ["a.py:4 save weights,optimizer,config", "a.py:5 load weights,optimizer,config"],
    ),
}


@pytest.mark.parametrize("code", SILENT.values(), ids=SILENT)
def test_no_site(code: str) -> None:
    assert sites({"a.py": code}) == []


@pytest.mark.parametrize(("code", "expected"), LOUD.values(), ids=LOUD)
def test_sites_and_what_they_hold(code: str, expected: list[str]) -> None:
    assert sites({"a.py": code}) == expected


def test_a_saver_in_another_file_saves_what_the_optimizer_made() -> None:
    files = {
        "model.py": "import tensorflow as tf\nop = optimizer.minimize(loss)\n",
        "test.py": "import tensorflow as tf\ntf.train.Saver().restore(sess, p)\n",
        "train.py": "import tensorflow as tf\ntf.train.Saver().save(sess, p)\n",
    }
    assert sites(files) == ["test.py:2 load weights", "train.py:2 save weights,optimizer"]
