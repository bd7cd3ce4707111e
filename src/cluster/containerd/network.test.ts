import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freeSubnet, subnetOf, toNetworkConfig } from './network.ts'

const head = 'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n'
const route = (destination: string, mask: string) =>
  `eth0\t${destination}\t00000000\t0001\t0\t0\t0\t${mask}\t0\t0\t0\n`
const defaultRoute = route('00000000', '00000000')

test('freeSubnet() takes the first candidate when only a default route exists', () => {
  assert.equal(freeSubnet(head + defaultRoute), '10.244.0.0/24')
})

test('freeSubnet() passes over what is routed, narrow or wide', () => {
  assert.equal(freeSubnet(head + route('0000F40A', '00FFFFFF')), '10.245.0.0/24')
  assert.equal(freeSubnet(head + route('0000F00A', '0000F0FF')), '10.0.0.0/24')
})

test('freeSubnet() keeps clusters apart by the number that each has', () => {
  assert.equal(freeSubnet(head + defaultRoute, 7), '10.244.7.0/24')
  assert.equal(freeSubnet(head + route('0007F40A', '00FFFFFF'), 7), '10.245.7.0/24')
})

test('freeSubnet() gives up when everything is taken', () => {
  assert.throws(() => freeSubnet(head + route('0000000A', '000000FF')), /choose one with --pod-cidr/)
})

test('subnetOf() reads back what toNetworkConfig() wrote', () => {
  assert.equal(subnetOf(toNetworkConfig('kubeling0', '10.9.0.0/24', '/x')), '10.9.0.0/24')
  assert.equal(subnetOf(''), undefined)
})
