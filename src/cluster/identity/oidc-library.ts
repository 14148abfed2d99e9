/** The one name of the Kubernetes client library that is needed, loaded only for an OpenID Connect kubeconfig. */
export { KubeConfig } from "@kubernetes/client-node";
