"""Every scenario of every feature, as a test."""

from pytest_bdd import scenarios

from harness.bdd.plugins.feature_files import read_folder
from harness.files import FEATURES
from harness.specification.register import Register

FOLDER = read_folder(FEATURES, Register.load())
if FOLDER.sound:
    scenarios(*FOLDER.sound)
