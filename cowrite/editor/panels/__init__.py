"""Windows beside the page, one package each. None knows another."""
