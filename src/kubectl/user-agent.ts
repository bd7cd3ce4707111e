import { kubernetesVersion } from '#base/kubernetes-version'

/** How this program names itself to servers. */
export const userAgent = `kubectl/${kubernetesVersion.gitVersion} (linux/${process.arch === 'x64' ? 'amd64' : process.arch}) kubeling`
