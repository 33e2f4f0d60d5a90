import { inMemoryEventStore } from '../../src/event-store/in-memory/in-memory-event-store.js';
import { inventedFacts, inventedKinds } from '../support/invented-facts.js';
import { eventStoreContract } from './contract/contract.js';

eventStoreContract('in memory', () => inMemoryEventStore(inventedFacts, inventedKinds));
