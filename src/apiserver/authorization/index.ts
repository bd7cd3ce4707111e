import type { Registry } from '../registry/registry.ts'
import { administrators, alwaysAllow, alwaysDeny } from './always.ts'
import type { Authorizer } from './contract.ts'
import { rbacAuthorizer } from './rbac/rbac-authorizer.ts'
import { nodeAuthorizer } from './node/node-authorizer.ts'
import { NodeGraph } from './node/node-graph.ts'
import type { Policy } from './rbac/policy.ts'
import { union } from './union.ts'

/** Authorizers that decide by what this server knows itself, by their modes. */
export const ownModes = ['AlwaysAllow', 'AlwaysDeny', 'Node', 'RBAC'] as const

/** One that decides: a mode of this server, or an authorizer that was made elsewhere. */
export type AuthorizerChoice = (typeof ownModes)[number] | Authorizer

/** What decides on requests: administrators pass first, then the others are asked in turn. */
export function authorizerOf(
  choices: readonly AuthorizerChoice[],
  registry: Registry,
  policy: Policy,
): Authorizer {
  const make: Readonly<Record<(typeof ownModes)[number], () => Authorizer>> = {
    AlwaysAllow: () => alwaysAllow,
    AlwaysDeny: () => alwaysDeny,
    Node: () => nodeAuthorizer(NodeGraph.following(registry)),
    RBAC: () => rbacAuthorizer(policy),
  }
  const chosen = choices.map((one) => (typeof one === 'string' ? make[one]() : one))
  return union([administrators, ...chosen])
}
