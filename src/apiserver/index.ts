export type { AuditEvent } from './audit/event.ts'
export type { Auditor, AuditSink } from './audit/filter.ts'
export {
  type AuditLevel,
  auditLevels,
  type AuditPolicy,
  type AuditRule,
  type AuditStage,
  auditStages,
} from './audit/policy.ts'
export { type EventLimit, eventLimitTypes } from './admission/event-rate/settings.ts'
export { pluginNames } from './admission/index.ts'
export type { PodSecuritySettings } from './admission/pod-security/settings.ts'
export * from './contract.ts'
export { createApiServer } from './create-api-server.ts'
export { abacAuthorizer } from './authorization/abac/abac-authorizer.ts'
export { readPolicyFile } from './authorization/abac/policy-file.ts'
export type { AuthorizerChoice } from './authorization/index.ts'
export { webhookAuthorizer } from './authorization/webhook/webhook-authorizer.ts'
export type { Posted } from './webhook-call/with-retries.ts'
export { newTokenKey, TokenAuthority } from './account-tokens/token-authority.ts'
export type { ProxyHeaders } from './chain/proxied-user.ts'
export { firstOf } from './tokens/first-of.ts'
export * from './tokens/oidc/index.ts'
export { readTokenFile, type TokenReader } from './chain/token-file.ts'
export { type TokenReviewer, webhookTokens } from './tokens/webhook-tokens.ts'
export { compatGroups, compatRootPaths } from './compat/groups.ts'
export { withLegacyKinds } from './compat/legacy-kinds.ts'
export { compatPresentation } from './compat/presentation.ts'
export { compatRoutes } from './compat/routes.ts'
export { logsRoute, type ReadLogs } from './discovery/logs.ts'
export { rootRoute } from './discovery/root.ts'
export { discoveryRoutes } from './discovery/routes.ts'
export { versionRoute } from './discovery/version.ts'
export { healthRoutes, ping } from './health/health.ts'
export {
  type Authority,
  type CertificateWish,
  createAuthority,
  type KeyPair,
  openAuthority,
} from './listen/certificates.ts'
export { type Listener, type ListenOptions, listen, type ServingTls } from './listen/listen.ts'
export {
  readSigningRequest,
  type RequestFacts,
  signRequest,
  type SigningTerms,
} from './listen/signing-request.ts'
export { type ServingCertificate, servingCertificate } from './listen/serving-certificate.ts'
export { type CertificateFiles, isCurrent, readPair, writePair } from './listen/stored-pair.ts'
export { keyDirectory } from './registry/resource.ts'
export { metricsRoute } from './metrics/route.ts'
export { openApiRoutes } from './openapi/routes.ts'
export { parseYaml } from './parse-yaml.ts'
export { proxySubresources } from './proxy/index.ts'
