const keys = [
  "eks.amazonaws.com/",
  "iam.gke.io/",
  "azure.workload.identity/",
  "pod-identity.alibabacloud.com/",
  "iam.cloud.ibm.com/",
];

/** Does the label or annotation of a ServiceAccount give its pods an identity in a cloud (EKS, GKE, AKS, ACK, IKS)? */
export function isCloudIdentity(key: string): boolean {
  return keys.some((prefix) => key.startsWith(prefix));
}
