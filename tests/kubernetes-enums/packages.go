//go:build packages

// The packages of Kubernetes' types that settings and rendered objects have. This file is never
// built: it puts the packages into go.mod, and main.go asks the go command what it imports.
package main

import (
	_ "k8s.io/api/apps/v1"
	_ "k8s.io/api/autoscaling/v2"
	_ "k8s.io/api/core/v1"
	_ "k8s.io/api/networking/v1"
	_ "k8s.io/api/policy/v1"
)
