import { defineKind } from '../define.ts'
import type { MutatingWebhookConfiguration as ConfigurationObject } from '../gen/admissionregistration-v1.ts'
import { resources } from '../gen/resources.ts'
import { webhookRules } from './webhook-errors.ts'

/** MutatingWebhookConfiguration: who outside may change what a request asks for. */
export const mutatingWebhookConfiguration = defineKind<ConfigurationObject>(
  resources['admissionregistration.k8s.io/v1/mutatingwebhookconfigurations'],
  { cells: { Webhooks: ({ webhooks = [] }) => webhooks.length }, rules: webhookRules },
)
