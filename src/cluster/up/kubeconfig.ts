/** What a kubeconfig is made of; certificates and keys are PEM. */
export interface Access {
  readonly server: string
  readonly ca: string
  readonly certificate: string
  readonly key: string
}

const base64 = (pem: string) => Buffer.from(pem).toString('base64')

/** A kubeconfig with one cluster, one user and one context, all named kubeling. */
export function toKubeconfig({ server, ca, certificate, key }: Access): string {
  return `# Written by kubeling at every start.
apiVersion: v1
kind: Config
clusters:
- name: kubeling
  cluster:
    server: ${server}
    certificate-authority-data: ${base64(ca)}
users:
- name: kubeling
  user:
    client-certificate-data: ${base64(certificate)}
    client-key-data: ${base64(key)}
contexts:
- name: kubeling
  context:
    cluster: kubeling
    user: kubeling
current-context: kubeling
`
}

/** Reads back what toKubeconfig() wrote; undefined for anything else. */
export function readAccess(text: string): Access | undefined {
  const field = (name: string) => new RegExp(`^\\s+${name}: (\\S+)$`, 'm').exec(text)?.[1]
  const pem = (name: string) => Buffer.from(field(name) ?? '', 'base64').toString()
  const server = field('server')
  if (server === undefined) return undefined
  return {
    server,
    ca: pem('certificate-authority-data'),
    certificate: pem('client-certificate-data'),
    key: pem('client-key-data'),
  }
}
