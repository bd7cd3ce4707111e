import type { HttpResponse } from '#base/http'
import type { Call } from '../call.ts'
import { reviewAccess, reviewOwnAccess, reviewOwnRules } from './access-reviews.ts'
import { bindByName } from './bindings.ts'
import { getComponent, listComponents } from './component-statuses.ts'
import { reviewSelf, reviewToken } from './identity-reviews.ts'

type Verb = (call: Call) => Promise<HttpResponse>

/** The verbs of kinds whose objects are answers and are never kept, by group and plural. */
export const virtualVerbs: Readonly<Record<string, Readonly<Record<string, Verb>>>> = {
  '/bindings': { create: bindByName },
  '/componentstatuses': { get: getComponent, list: listComponents },
  'authentication.k8s.io/selfsubjectreviews': { create: reviewSelf },
  'authentication.k8s.io/tokenreviews': { create: reviewToken },
  'authorization.k8s.io/localsubjectaccessreviews': { create: reviewAccess },
  'authorization.k8s.io/selfsubjectaccessreviews': { create: reviewOwnAccess },
  'authorization.k8s.io/selfsubjectrulesreviews': { create: reviewOwnRules },
  'authorization.k8s.io/subjectaccessreviews': { create: reviewAccess },
}
