// Judges the requests of tests/stack with another simulator and another copy of AWS's authorization data,
// and fails where the two disagree: make roles-crosscheck. The file is what TestRequestsForAnotherSimulator
// writes: {policies: {role: {identity, boundary}}, requests: [{role, action, resource, keys, allowed, from}]}.
import { readFileSync } from 'node:fs'
import { runSimulation, runUnsafeSimulation } from '@cloud-copilot/iam-simulate'

const account = '123456789012'
const { policies, requests } = JSON.parse(readFileSync(process.argv[2], 'utf8'))

// A key's policy hands the key to the account's IAM policies, as components/keys.go has it.
const keyPolicy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' }],
}

// Its data confuses classic load balancers with the others, and has a recovery point of AWS Backup under any
// ARN: it cannot tell what kind of resource these are. They are judged without checking that.
const unclear = new Set(['no.resource.types', 'multiple.resource.types'])
let unchecked = 0

async function judge(request) {
  const { identity, boundary } = policies[request.role]
  const simulation = {
    request: {
      principal: `arn:aws:iam::${account}:role/${request.role}`,
      action: request.action,
      resource: { resource: request.resource, accountId: request.keys['aws:ResourceAccount']?.[0] ?? account },
      contextVariables: Object.fromEntries(
        Object.entries(request.keys).map(([key, values]) => [key, values.length === 1 ? values[0] : values]),
      ),
    },
    identityPolicies: identity,
    permissionBoundaryPolicies: boundary ? [boundary] : undefined,
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    resourcePolicy: request.action.startsWith('kms:') ? keyPolicy : undefined,
  }
  const answer = await runSimulation(simulation, {})
  if (answer.resultType !== 'error') return answer.overallResult
  if (!unclear.has(answer.errors.message)) return `error ${JSON.stringify(answer.errors)}`
  unchecked++
  return runUnsafeSimulation(simulation, {})
}

let differences = 0
let allowed = 0
for (const request of requests) {
  const answer = await judge(request)
  if (answer === 'Allowed') allowed++
  if ((answer === 'Allowed') !== request.allowed || answer.startsWith('error')) {
    differences++
    console.log(`${request.role}: ${request.action} on ${request.resource}: ` +
      `${answer} here, ${request.allowed ? 'allowed' : 'denied'} by policies/iamdoc; ${JSON.stringify(request.keys)}\n  for ${request.from}`)
  }
}
console.log(`${requests.length} requests, ${allowed} allowed, ${requests.length - allowed} denied, ${unchecked} of unclear kind; ` +
  `${differences} differences`)
process.exit(differences === 0 ? 0 : 1)
