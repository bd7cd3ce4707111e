/** The release of Kubernetes whose API and behaviour this software has, marked as ours. */
export const kubernetesVersion = { major: '1', minor: '36', gitVersion: 'v1.36.2+kubeling' } as const
