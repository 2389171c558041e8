"""Sentiment of reviews: five models, their training, what they predict, and which kernel runs them."""
