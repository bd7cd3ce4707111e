import type { ServiceOptions } from './index.ts'

/** The families of the ranges of services, in their order. */
export const familiesOf = ({ cidrs }: ServiceOptions): string[] =>
  cidrs.map((cidr) => (cidr.includes(':') ? 'IPv6' : 'IPv4'))
