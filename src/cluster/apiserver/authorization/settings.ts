/** The modes that --authorization-mode takes, in the order in which they are listed. */
export const authorizationModes = ['AlwaysAllow', 'AlwaysDeny', 'ABAC', 'Webhook', 'RBAC', 'Node'] as const

/** What decides on requests. */
export type AuthorizationMode = (typeof authorizationModes)[number]

/** How another server that decides is asked, all but where it is. */
export interface WebhookSettings {
  readonly version: 'v1' | 'v1beta1'
  readonly authorizedMs: number
  readonly unauthorizedMs: number
  readonly timeoutMs: number
  readonly onFailure: 'Deny' | 'NoOpinion'
  /** A kubeconfig whose cluster is that server. */
  readonly kubeconfig: string
}

/** What decides on requests, in order; files are read when the server starts. */
export type AuthorizationSettings =
  | {
      readonly modes: readonly AuthorizationMode[]
      /** For the mode ABAC. */
      readonly policyFile?: string
      /** For the mode Webhook. */
      readonly webhook?: WebhookSettings
    }
  | { readonly configFile: string; readonly policyFile?: string }
