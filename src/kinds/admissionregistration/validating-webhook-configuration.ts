import { defineKind } from '../define.ts'
import type { ValidatingWebhookConfiguration as ConfigurationObject } from '../gen/admissionregistration-v1.ts'
import { resources } from '../gen/resources.ts'
import { webhookRules } from './webhook-errors.ts'

/** ValidatingWebhookConfiguration: who outside is asked whether a request is allowed. */
export const validatingWebhookConfiguration = defineKind<ConfigurationObject>(
  resources['admissionregistration.k8s.io/v1/validatingwebhookconfigurations'],
  { cells: { Webhooks: ({ webhooks = [] }) => webhooks.length }, rules: webhookRules },
)
