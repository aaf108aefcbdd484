"""Code behind the book: recurrent neural networks in numbers that any reader can check."""

__version__ = "0.1.0"
