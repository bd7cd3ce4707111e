import type { ProxyHeaders } from '#apiserver'
import type { Clock } from '#base/clock'
import type { Cancel } from '#base/cancel'
import type { Log } from '#base/log'
import type { Random } from '#base/random'
import type { Store } from '#store'
import type { OidcSettings } from './authentication/settings.ts'
import type { AuditSettings } from './audit/settings.ts'
import type { TokenWebhookSettings } from './token-webhook.ts'
import type { AuthorizationSettings } from './authorization/settings.ts'

/** Reads and writes whole files; `host` has the real one. */
export interface Files {
  read(path: string): Promise<Uint8Array | undefined>
  write(path: string, data: Uint8Array | string, mode?: number): Promise<void>
}

/** What is at a path of the log folder. */
export type LogReader = (
  path: string,
) => Promise<{ is: 'folder'; names: readonly string[] } | { is: 'file'; bytes: Uint8Array } | undefined>

/** What an API server process is given of the machine. */
export interface ApiServerHost {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly files: Files
  /** Gives up starting when it fires. */
  readonly signal?: Cancel
}

/** Where an API server keeps its objects. */
export type StoreChoice =
  | { readonly kind: 'given'; readonly store: Store }
  | { readonly kind: 'memory' }
  | { readonly kind: 'embedded'; readonly folder: string }
  | {
      readonly kind: 'etcd'
      readonly servers: readonly string[]
      readonly caFile?: string
      readonly certFile?: string
      readonly keyFile?: string
    }

/** Which proxies are believed for whom they speak, and how they tell it. */
export interface ProxySettings {
  readonly caFile: string
  readonly headers: ProxyHeaders
}

/** How an API server is set up; everything but the store and the ports has upstream's default. */
export interface ApiServerSettings {
  readonly store: StoreChoice
  readonly etcdPrefix?: string
  /** A file with an EncryptionConfiguration. */
  readonly encryptionConfigFile?: string
  /** HTTPS; absent = none. Port 0 takes a free one. */
  readonly secure?: { readonly address: string; readonly port: number }
  /** Plain HTTP without authentication; absent = none. */
  readonly insecure?: {
    readonly address: string
    readonly port: number
    /** Names by which it may be asked for, beside addresses, localhost and the machine's own name. */
    readonly names?: readonly string[]
  }
  /** Told to others; names the certificate. */
  readonly advertiseAddress: string
  readonly certDir: string
  /** Names and addresses that the certificate is for, beside the usual ones. */
  readonly certNames?: readonly string[]
  readonly tlsCertFile?: string
  readonly tlsKeyFile?: string
  readonly clientCaFile?: string
  /** Proxies that say for whom they speak. */
  readonly proxies?: ProxySettings
  /** Bearer tokens with their users, as comma separated values. */
  readonly tokenAuthFile?: string
  /** Another server that knows tokens. */
  readonly tokenWebhook?: TokenWebhookSettings
  /** An issuer of OpenID Connect whose tokens are taken. */
  readonly oidc?: OidcSettings
  /** A file with an AuthenticationConfiguration. */
  readonly authenticationConfigFile?: string
  /** Whether the tokens of bootstrap secrets count. */
  readonly bootstrapTokens?: boolean
  /** How the tokens of service accounts are signed and told. */
  readonly accountTokens?: {
    /** Absent: a key of the server's own in `certDir`. */
    readonly signingKeyFile?: string
    /** Keys whose tokens are taken too. */
    readonly keyFiles?: readonly string[]
    readonly issuer?: string
    /** What this server calls itself; absent: the issuer's name. */
    readonly audiences?: readonly string[]
  }
  /** Signs certificates for those whose requests are approved; absent: somebody else does. */
  readonly certificateSigning?: {
    /** The authority's files; absent: the server's own authority. */
    readonly certFile?: string
    readonly keyFile?: string
    /** How long certificates last at most, in milliseconds; absent: a year. */
    readonly durationMs?: number
  }
  readonly compat?: 'v1.3'
  readonly requestTimeoutMs?: number
  readonly watchTimeoutMinMs?: number
  readonly shutdownDelayMs?: number
  readonly eventTtlMs?: number
  readonly allowPrivileged?: boolean
  readonly admission?: readonly string[]
  /** A file with an AdmissionConfiguration. */
  readonly admissionConfigFile?: string
  /** What decides on requests, in order; absent: everything is allowed. */
  readonly authorization?: AuthorizationSettings
  readonly anonymousAuth?: boolean
  /** What is told of requests, and where; absent: nothing. */
  readonly audit?: AuditSettings
  /** The only paths for which no credentials are needed where `anonymousAuth` is on; absent: all. */
  readonly anonymousPaths?: readonly string[]
  readonly requestsInflightMax?: number
  readonly mutatingInflightMax?: number
  /** `group/version` → on or off. */
  readonly runtimeConfig?: Readonly<Record<string, boolean>>
  readonly serviceClusterIpRange?: string
  /** The ports of nodes that services get. */
  readonly serviceNodePorts?: { readonly first: number; readonly last: number }
  readonly kubelet?: {
    readonly certificateAuthority?: string
    readonly clientCertificate?: string
    readonly clientKey?: string
    readonly addressTypes?: readonly string[]
  }
  readonly readLogs?: LogReader
}

/** The admission plugins that are on unless left out. */
export const defaultAdmission = [
  'NamespaceLifecycle',
  'LimitRanger',
  'PodSecurity',
  'Priority',
  'DefaultTolerationSeconds',
  'DefaultStorageClass',
  'StorageObjectInUseProtection',
  'PersistentVolumeClaimResize',
  'RuntimeClass',
  'DefaultIngressClass',
  'DenyServiceExternalIPs',
  'CertificateApproval',
  'CertificateSigning',
  'CertificateSubjectRestriction',
] as const

/** Which of a node's addresses its kubelet is reached at, best first. */
export const defaultAddressTypes = [
  'InternalIP',
  'InternalDNS',
  'Hostname',
  'ExternalIP',
  'ExternalDNS',
] as const
