/** A cluster of a kubeconfig. */
export interface Cluster {
  server?: string
  'tls-server-name'?: string
  'insecure-skip-tls-verify'?: boolean
  'certificate-authority'?: string
  'certificate-authority-data'?: string
  'proxy-url'?: string
  [key: string]: unknown
}

/** A user of a kubeconfig. */
export interface User {
  'client-certificate'?: string
  'client-certificate-data'?: string
  'client-key'?: string
  'client-key-data'?: string
  token?: string
  tokenFile?: string
  username?: string
  password?: string
  as?: string
  'as-groups'?: string[]
  'as-uid'?: string
  [key: string]: unknown
}

/** Which user speaks to which cluster, and in which namespace. */
export interface Context {
  cluster?: string
  user?: string
  namespace?: string
  [key: string]: unknown
}

/** A kubeconfig with its lists by name. `files` tells which file each entry came from. */
export interface Kubeconfig {
  clusters: Map<string, Cluster>
  users: Map<string, User>
  contexts: Map<string, Context>
  currentContext: string
  preferences: Record<string, unknown>
}

/** A kubeconfig that says nothing. */
export const emptyKubeconfig = (): Kubeconfig => ({
  clusters: new Map(),
  users: new Map(),
  contexts: new Map(),
  currentContext: '',
  preferences: {},
})
