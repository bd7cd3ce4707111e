import { test } from 'node:test'
import type { KindDef } from '../define.ts'
import type {
  MutatingAdmissionPolicy,
  MutatingWebhook,
  NamedRuleWithOperations,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  ValidatingWebhook,
} from '../gen/admissionregistration-v1.ts'
import { read, refuses, type Spoiled } from '#testkit/kind-check'
import { sampleOf } from '#testkit/kind-samples'
import { mutatingAdmissionPolicy } from './mutating-admission-policy.ts'
import { mutatingWebhookConfiguration } from './mutating-webhook-configuration.ts'
import { validatingAdmissionPolicy } from './validating-admission-policy.ts'
import { validatingAdmissionPolicyBinding } from './validating-admission-policy-binding.ts'
import { validatingWebhookConfiguration } from './validating-webhook-configuration.ts'

const hookOf = (object: unknown) =>
  (object as { webhooks: [MutatingWebhook & ValidatingWebhook] }).webhooks[0]
type Rule = Required<NamedRuleWithOperations>
const ruleOf = (object: unknown) => (hookOf(object).rules as [Rule])[0]
const sound = (kind: KindDef) => () => read<never>(kind, sampleOf(kind))
const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const hook = 'webhooks[0]'
const rule = `${hook}.rules[0]`
const client = `${hook}.clientConfig`
const https = '; desired format: https://host[/path]'

const webhooks: readonly Spoiled<never>[] = [
  [(o) => (hookOf(o).name = ''), `${hook}.name: Required value`],
  [
    (o) => (hookOf(o).name = 'judge.com'),
    `${hook}.name: Invalid value: "judge.com": should be a domain with at least three segments separated by dots`,
  ],
  [(o) => (hookOf(o).name = 'A.b.c'), `${hook}.name: Invalid value: "A.b.c": ${subdomain}`],
  [(o) => (ruleOf(o).operations = []), `${rule}.operations: Required value`],
  [
    (o) => (ruleOf(o).operations = ['*', 'CREATE']),
    `${rule}.operations: Invalid value: ["*","CREATE"]: if '*' is present, must not specify other operations`,
  ],
  [
    (o) => (ruleOf(o).operations = ['READ']),
    `${rule}.operations[0]: Unsupported value: "READ": supported values: "*", "CONNECT", "CREATE", "DELETE", "UPDATE"`,
  ],
  [(o) => (ruleOf(o).apiGroups = []), `${rule}.apiGroups: Required value`],
  [
    (o) => (ruleOf(o).apiGroups = ['*', 'apps']),
    `${rule}.apiGroups: Invalid value: ["*","apps"]: if '*' is present, must not specify other API groups`,
  ],
  [(o) => (ruleOf(o).apiVersions = []), `${rule}.apiVersions: Required value`],
  [(o) => (ruleOf(o).apiVersions = ['']), `${rule}.apiVersions[0]: Required value`],
  [
    (o) => (ruleOf(o).apiVersions = ['v1', '*']),
    `${rule}.apiVersions: Invalid value: ["v1","*"]: if '*' is present, must not specify other API versions`,
  ],
  [(o) => (ruleOf(o).resources = []), `${rule}.resources: Required value`],
  [(o) => (ruleOf(o).resources = ['pods', '']), `${rule}.resources[1]: Required value`],
  [
    (o) => (ruleOf(o).resources = ['pods/*', 'pods/log']),
    `${rule}.resources[1]: Invalid value: "pods/log": if 'pods/*' is present, must not specify pods/log`,
  ],
  [
    (o) => (ruleOf(o).resources = ['*/scale', 'sets/scale']),
    `${rule}.resources[1]: Invalid value: "sets/scale": if '*/scale' is present, must not specify sets/scale`,
  ],
  [
    (o) => (ruleOf(o).resources = ['*/*', 'pods']),
    `${rule}.resources: Invalid value: ["*/*","pods"]: if '*/*' is present, must not specify other resources`,
  ],
  [
    (o) => (ruleOf(o).resources = ['*', 'pods']),
    `${rule}.resources: Invalid value: ["*","pods"]: if '*' is present, must not specify other resources without subresources`,
  ],
  [
    (o) => (ruleOf(o).scope = 'All'),
    `${rule}.scope: Unsupported value: "All": supported values: "*", "Cluster", "Namespaced"`,
  ],
  [
    (o) => (hookOf(o).failurePolicy = 'Retry'),
    `${hook}.failurePolicy: Unsupported value: "Retry": supported values: "Fail", "Ignore"`,
  ],
  [
    (o) => (hookOf(o).matchPolicy = 'Roughly'),
    `${hook}.matchPolicy: Unsupported value: "Roughly": supported values: "Equivalent", "Exact"`,
  ],
  [
    (o) => delete (hookOf(o) as Partial<ValidatingWebhook>).sideEffects,
    `${hook}.sideEffects: Required value: must specify one of None, NoneOnDryRun`,
  ],
  [
    (o) => (hookOf(o).sideEffects = 'Some'),
    `${hook}.sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"`,
  ],
  [
    (o) => (hookOf(o).timeoutSeconds = 31),
    `${hook}.timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds`,
  ],
  [
    (o) => (hookOf(o).timeoutSeconds = 0),
    `${hook}.timeoutSeconds: Invalid value: 0: the timeout value must be between 1 and 30 seconds`,
  ],
  [
    (o) => (hookOf(o).namespaceSelector = { matchExpressions: [{ key: 'a', operator: 'Near' }] }),
    `${hook}.namespaceSelector.matchExpressions[0].operator: Invalid value: "Near": not a valid selector operator`,
  ],
  [
    (o) => (hookOf(o).objectSelector = { matchExpressions: [{ key: 'a', operator: 'In' }] }),
    `${hook}.objectSelector.matchExpressions[0].values: Required value: must be specified when \`operator\` is 'In' or 'NotIn'`,
  ],
  [
    (o) => (hookOf(o).clientConfig = {}),
    `${client}: Required value: exactly one of url or service is required`,
  ],
  [
    (o) => (hookOf(o).clientConfig.url = 'https://a'),
    `${client}: Required value: exactly one of url or service is required`,
  ],
  [
    (o) => (hookOf(o).clientConfig = { url: 'http://a' }),
    `${client}.url: Invalid value: "http": 'https' is the only allowed URL scheme${https}`,
  ],
  [
    (o) => (hookOf(o).clientConfig = { url: 'https:///a' }),
    `${client}.url: Invalid value: "": host must be specified${https}`,
  ],
  [
    (o) => (hookOf(o).clientConfig = { url: 'https://me@a?b=c#d' }),
    `${client}.url: Invalid value: "me": user information is not permitted in the URL`,
    `${client}.url: Invalid value: "d": fragments are not permitted in the URL`,
    `${client}.url: Invalid value: "b=c": query parameters are not permitted in the URL`,
  ],
  [
    (o) => (hookOf(o).clientConfig = { service: { name: '', namespace: '', port: 0 } }),
    `${client}.service.name: Required value`,
    `${client}.service.namespace: Required value`,
    `${client}.service.port: Invalid value: 0: port is not valid: must be between 1 and 65535, inclusive`,
  ],
  [
    (o) => (hookOf(o).clientConfig.service = { name: 'a', namespace: 'b', port: 1, path: 'x/A' }),
    `${client}.service.path: Invalid value: "x/A": must start with a '/'`,
    `${client}.service.path: Invalid value: "x/A": segment[0] may not be empty`,
    `${client}.service.path: Invalid value: "x/A": segment[1]: ${subdomain}`,
  ],
  [
    (o) => (hookOf(o).clientConfig.service = { name: 'a', namespace: 'b', port: 1, path: '//' }),
    `${client}.service.path: Invalid value: "//": segment[0] may not be empty`,
  ],
  [
    (o) => (hookOf(o).matchConditions = [{ name: '', expression: ' ' }]),
    `${hook}.matchConditions[0].expression: Required value`,
    `${hook}.matchConditions[0].name: Required value`,
  ],
  [
    (o) =>
      (hookOf(o).matchConditions = [
        { name: 'a', expression: 'true' },
        { name: 'a', expression: 'true' },
      ]),
    `${hook}.matchConditions[1].name: Duplicate value: "a"`,
  ],
  [
    (o) =>
      (hookOf(o).matchConditions = Array.from({ length: 65 }, (_, i) => ({
        name: `n${i}`,
        expression: 'true',
      }))),
    `${hook}.matchConditions: Too many: 65: must have at most 64 items`,
  ],
  [
    (o) => (hookOf(o).admissionReviewVersions = []),
    `${hook}.admissionReviewVersions: Required value: must specify one of v1, v1beta1`,
  ],
  [
    (o) => (hookOf(o).admissionReviewVersions = ['v1', 'v1']),
    `${hook}.admissionReviewVersions[1]: Invalid value: "v1": duplicate version`,
  ],
  [
    (o) => (hookOf(o).admissionReviewVersions = ['v2']),
    `${hook}.admissionReviewVersions: Invalid value: ["v2"]: must include at least one of v1, v1beta1`,
  ],
]

test('a wrong webhook is refused, of either kind', () => {
  refuses<never>(validatingWebhookConfiguration, sound(validatingWebhookConfiguration), [
    ...webhooks,
    [
      (o: { webhooks: ValidatingWebhook[] }) => o.webhooks.push(o.webhooks[0] as ValidatingWebhook),
      'webhooks[2].name: Duplicate value: "judge.example.com"',
    ],
  ])
  refuses<never>(mutatingWebhookConfiguration, sound(mutatingWebhookConfiguration), [
    ...webhooks,
    [
      (o) => (hookOf(o).reinvocationPolicy = 'Always'),
      `${hook}.reinvocationPolicy: Unsupported value: "Always": supported values: "IfNeeded", "Never"`,
    ],
  ])
})

type Policy = ValidatingAdmissionPolicy & { spec: Required<NonNullable<ValidatingAdmissionPolicy['spec']>> }
const none = 'Required value: validations or auditAnnotations must contain at least one item'
const match = 'spec.matchConstraints'

const policies: readonly Spoiled<Policy>[] = [
  [
    ({ spec }) => (spec.failurePolicy = 'Retry'),
    'spec.failurePolicy: Unsupported value: "Retry": supported values: "Fail", "Ignore"',
  ],
  [
    ({ spec }) => (spec.paramKind = {}),
    'spec.paramKind.apiVersion: Required value',
    'spec.paramKind.kind: Required value',
  ],
  [
    ({ spec }) => (spec.paramKind = { apiVersion: 'a/b/c', kind: 'A' }),
    'spec.paramKind.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c',
  ],
  [
    ({ spec }) => (spec.paramKind = { apiVersion: 'apps/', kind: 'A' }),
    'spec.paramKind.apiVersion: Invalid value: "apps/": version must be specified',
  ],
  [
    ({ spec }) => (spec.paramKind = { apiVersion: 'A/v1', kind: 'A' }),
    `spec.paramKind.apiVersion: Invalid value: "A": ${subdomain}`,
  ],
  [
    ({ spec }) => (spec.paramKind = { apiVersion: 'v1', kind: 'A_B' }),
    /^spec\.paramKind\.kind: Invalid value: "A_B": may have mixed case, but should otherwise match: a DNS-1035 label/,
  ],
  [({ spec }) => delete (spec as Partial<Policy['spec']>).matchConstraints, `${match}: Required value`],
  [({ spec }) => (spec.matchConstraints.resourceRules = []), `${match}.resourceRules: Required value`],
  [
    ({ spec }) => {
      const { resourceRules } = spec.matchConstraints as { resourceRules: [Rule] }
      resourceRules[0].resourceNames = ['a/b', 'c', 'c']
    },
    `${match}.resourceRules[0].resourceNames[0]: Invalid value: "a/b": may not contain '/'`,
    `${match}.resourceRules[0].resourceNames[2]: Duplicate value: "c"`,
  ],
  [
    ({ spec }) => (spec.matchConstraints.matchPolicy = 'Roughly'),
    `${match}.matchPolicy: Unsupported value: "Roughly": supported values: "Equivalent", "Exact"`,
  ],
  [
    ({ spec }) => (spec.variables = [{ name: ' ', expression: '' }]),
    'spec.variables[0].name: Required value: name is not specified',
    'spec.variables[0].expression: Required value: expression is not specified',
  ],
  [
    ({ spec }) => (spec.variables = [{ name: 'in', expression: '1' }]),
    'spec.variables[0].name: Invalid value: "in": name is not a valid CEL identifier',
  ],
  [
    ({ spec }) => Object.assign(spec, { validations: [], auditAnnotations: [] }),
    `spec.validations: ${none}`,
    `spec.auditAnnotations: ${none}`,
  ],
  [
    ({ spec }) => (spec.validations = [{ expression: ' ' }]),
    'spec.validations[0].expression: Required value: expression is not specified',
  ],
  [
    ({ spec }) => (spec.validations = [{ expression: '1', message: ' ', messageExpression: ' ' }]),
    'spec.validations[0].messageExpression: Invalid value: " ": must be non-empty if specified',
    'spec.validations[0].message: Invalid value: " ": message must be non-empty if specified',
  ],
  [
    ({ spec }) => (spec.validations = [{ expression: '1', message: 'a\nb' }]),
    'spec.validations[0].message: Invalid value: "a\\nb": message must not contain line breaks',
  ],
  [
    ({ spec }) => (spec.validations = [{ expression: '1', reason: 'Odd' }]),
    'spec.validations[0].reason: Unsupported value: "Odd": supported values: "Forbidden", "Invalid", "RequestEntityTooLarge"',
  ],
  [
    ({ spec }) => (spec.auditAnnotations = [{ key: 'a', valueExpression: '' }]),
    'spec.auditAnnotations[0].valueExpression: Required value: valueExpression is not specified',
  ],
  [
    ({ spec }) => (spec.auditAnnotations = [{ key: 'a', valueExpression: 'x'.repeat(6000) }]),
    'spec.auditAnnotations[0].valueExpression: Required value: must not exceed 5120 bytes in length',
  ],
  [
    ({ spec }) =>
      (spec.auditAnnotations = [
        { key: 'a', valueExpression: '1' },
        { key: 'a', valueExpression: '1' },
      ]),
    'spec.auditAnnotations[1].key: Duplicate value: "a"',
  ],
]

test('a wrong validating policy is refused', () => {
  refuses<Policy>(
    validatingAdmissionPolicy,
    () => read(validatingAdmissionPolicy, sampleOf(validatingAdmissionPolicy)),
    policies,
  )
})

type Mutating = MutatingAdmissionPolicy & { spec: Required<NonNullable<MutatingAdmissionPolicy['spec']>> }

test('a wrong mutating policy is refused', () => {
  refuses<Mutating>(
    mutatingAdmissionPolicy,
    () => read(mutatingAdmissionPolicy, sampleOf(mutatingAdmissionPolicy)),
    [
      [
        ({ spec }) => (spec.mutations = []),
        'spec.mutations: Required value: mutations must contain at least one item',
      ],
      [
        ({ spec }) => (spec.mutations = [{ patchType: 'Merge' }]),
        'spec.mutations[0].patchType: Unsupported value: "Merge": supported values: "ApplyConfiguration", "JSONPatch"',
      ],
      [
        ({ spec }) => (spec.mutations = [{ patchType: 'JSONPatch' }]),
        'spec.mutations[0].jsonPatch: Required value: must be specified when patchType is JSONPatch',
      ],
      [
        ({ spec }) => (spec.mutations = [{ patchType: 'JSONPatch', jsonPatch: { expression: ' ' } }]),
        'spec.mutations[0].jsonPatch.expression: Required value: expression is not specified',
      ],
      [
        ({ spec }) => (spec.reinvocationPolicy = 'Always'),
        'spec.reinvocationPolicy: Unsupported value: "Always": supported values: "IfNeeded", "Never"',
      ],
    ],
  )
})

test('a wrong binding of a policy is refused', () => {
  refuses<ValidatingAdmissionPolicyBinding>(
    validatingAdmissionPolicyBinding,
    () => read(validatingAdmissionPolicyBinding, sampleOf(validatingAdmissionPolicyBinding)),
    [
      [({ spec }) => (spec.policyName = ''), 'spec.policyName: Required value'],
      [({ spec }) => (spec.policyName = 'A'), `spec.policyName: Invalid value: "A": ${subdomain}`],
      [
        ({ spec }) => (spec.paramRef = {}),
        'spec.paramRef: Required value: one of name or selector must be specified',
        'spec.paramRef.parameterNotFoundAction: Required value',
      ],
      [
        ({ spec }) => (spec.paramRef = { name: 'a', selector: {}, parameterNotFoundAction: 'Skip' }),
        'spec.paramRef.name: Forbidden: name and selector are mutually exclusive',
        'spec.paramRef.selector: Forbidden: name and selector are mutually exclusive',
        'spec.paramRef.parameterNotFoundAction: Unsupported value: "Skip": supported values: "Deny", "Allow"',
      ],
      [
        ({ spec }) => (spec.validationActions = []),
        'spec.validationActions: Required value: at least one validation action is required',
      ],
      [
        ({ spec }) => (spec.validationActions = ['Deny', 'Deny', 'Shout']),
        'spec.validationActions[1]: Duplicate value: "Deny"',
        'spec.validationActions[2]: Unsupported value: "Shout": supported values: "Audit", "Deny", "Warn"',
      ],
      [
        ({ spec }) => (spec.validationActions = ['Deny', 'Warn']),
        'spec.validationActions: Invalid value: ["Deny","Warn"]: must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
      ],
    ],
  )
})
