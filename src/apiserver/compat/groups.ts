import type { ExtraGroups } from '../discovery/served.ts'

/** Group versions of Kubernetes 1.3: they answer discovery, whatever is left in them. */
export const compatGroups: ExtraGroups = {
  apps: ['v1alpha1'],
  autoscaling: ['v1'],
  batch: ['v1', 'v2alpha1'],
  extensions: ['v1beta1'],
  policy: ['v1alpha1'],
  'rbac.authorization.k8s.io': ['v1alpha1'],
}

/** The paths that `GET /` of Kubernetes 1.3 lists. */
export const compatRootPaths: readonly string[] = [
  '/api',
  '/api/v1',
  '/apis',
  '/apis/apps',
  '/apis/apps/v1alpha1',
  '/apis/autoscaling',
  '/apis/autoscaling/v1',
  '/apis/batch',
  '/apis/batch/v1',
  '/apis/batch/v2alpha1',
  '/apis/extensions',
  '/apis/extensions/v1beta1',
  '/apis/policy',
  '/apis/policy/v1alpha1',
  '/apis/rbac.authorization.k8s.io',
  '/apis/rbac.authorization.k8s.io/v1alpha1',
  '/healthz',
  '/healthz/ping',
  '/logs/',
  '/metrics',
  '/swaggerapi/',
  '/ui/',
  '/version',
]
