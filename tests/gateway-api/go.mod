// The Gateway API whose HTTPRoute tests/kubernetes_schemas.rs validates against. No Go file imports it: tests/run takes the
// CustomResourceDefinition out of the module. v1.7.0 needs Go 1.27, so this is the newest for Go 1.26.
module expand-integration/tests/gateway-api

go 1.26.0

require sigs.k8s.io/gateway-api v1.6.3
