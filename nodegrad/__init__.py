"""nodegrad: the command line and the demo of the autodiff engine, and the version of it all."""

__version__ = "0.1.0"
