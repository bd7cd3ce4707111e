import { anythingGoes, type SecurityPolicy } from '#kinds/core/pod/security/policy'

/** What PodSecurity goes by where a namespace says nothing, and whom it leaves alone. */
export interface PodSecuritySettings {
  readonly defaults: SecurityPolicy
  readonly exemptions: {
    readonly usernames: readonly string[]
    readonly namespaces: readonly string[]
    readonly runtimeClasses: readonly string[]
  }
}

/** Nothing is asked unless a namespace's labels ask for it. */
export const podSecurityDefaults: PodSecuritySettings = {
  defaults: anythingGoes,
  exemptions: { usernames: [], namespaces: [], runtimeClasses: [] },
}
