import { type ApiServerSettings, defaultAdmission } from '../apiserver/options.ts'

/**
 * Who gets into a cluster of `kubeling up`, and as what: nobody without credentials but for the health paths, nodes to
 * what their pods use, everybody else to what roles give them.
 */
export const secureDefaults = {
  anonymousAuth: true,
  anonymousPaths: ['/healthz', '/livez', '/readyz'],
  authorization: { modes: ['Node', 'RBAC'] },
  certificateSigning: {},
  admission: [...defaultAdmission, 'NodeRestriction'],
} as const satisfies Partial<ApiServerSettings>
