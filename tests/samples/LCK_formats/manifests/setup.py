from setuptools import setup
DEPS = ['torch>=2', 'numpy==1.0']
setup(name='x', install_requires=DEPS + ['a'],
      extras_require={'dev': ['black']}, python_requires='>=3.9')
