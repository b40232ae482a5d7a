//go:build locked

// Package locked names what go.mod and go.sum lock: Pulumi's language host for Python. It became a module of its own,
// without releases, after this version; the protocol between engine and host has grown since and still is the same.
package locked

import _ "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python"
