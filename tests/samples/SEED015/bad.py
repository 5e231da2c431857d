import gymnasium as gym

env = gym.make("CartPole-v1")
env.reset(seed=42)
env.step(env.action_space.sample())  # expect
