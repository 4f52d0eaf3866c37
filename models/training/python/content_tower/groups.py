"""Which sources are what, for sampling and for figures."""

API_TRAFFIC = {"benign-postman", "benign-recorded-api", "benign-recorded-llm", "benign-spec-examples", "benign-webhooks"}
"""Benign requests to APIs: what the false-positive rate is measured on."""
TEXTS = {"usertext-recorded", "docs-text", "source-snippets", "user-agents", "fwaf-goodqueries", "blns", "libinjection-data", "sqli-data-ajinmathew"}
"""Benign values of other origin."""
STRONG_REQUESTS = {"nuclei-templates", "nuclei-community", "afrog-pocs", "xray-pocs", "vulhub", "wy876-poc"}
"""Exploit requests (those that show one): what the detection rate is measured on."""
GENERATED = "generated"
GUESSED_CATEGORIES = {"fwaf-badqueries", "nikto-db", "csic2010-test", "torpeda2012", "foospidy", "intruderpayloads"}
"""Lists of mixed kinds, whose categories patterns guessed."""
