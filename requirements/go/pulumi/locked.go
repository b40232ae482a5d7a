//go:build locked

// Package locked names what go.mod and go.sum lock: Pulumi's command line. Nothing of it is compiled here.
package locked

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
