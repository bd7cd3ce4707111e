import { type Authorizer, noOpinion, noRules, type Verdict } from './contract.ts'

const all = ['*']
const allowed: Verdict = { decision: 'allow', reason: '' }
const forbidden: Verdict = { decision: 'none', reason: 'Everything is forbidden.' }

/** Everybody may do everything. */
export const alwaysAllow: Authorizer = {
  authorize: () => allowed,
  rulesFor: () => ({
    ...noRules,
    resourceRules: [{ verbs: all, apiGroups: all, resources: all }],
    nonResourceRules: [{ verbs: all, nonResourceURLs: all }],
  }),
}

/** Nobody may do anything. */
export const alwaysDeny: Authorizer = { authorize: () => forbidden, rulesFor: () => noRules }

/** The group whose members may do everything, whatever else decides. */
export const privilegedGroup = 'system:masters'

/** Administrators may do everything. It is no rule: a list of rules does not show it. */
export const administrators: Authorizer = {
  authorize: ({ user }) => (user.groups.includes(privilegedGroup) ? allowed : noOpinion),
  rulesFor: () => noRules,
}
