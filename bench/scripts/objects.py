"""An event simulation: a heap of events, objects with dictionaries, closures and slices."""
import heapq
import random

random.seed(1)


class Customer:
    def __init__(self, number):
        self.number = number
        self.basket = []
        self.notes = {}


def simulate(steps):
    events, customers, total = [], {}, 0
    for number in range(2_000):
        heapq.heappush(events, (random.random(), number, "arrive"))
    for step in range(steps):
        time, number, kind = heapq.heappop(events)
        customer = customers.get(number)
        if kind == "arrive" or customer is None:
            customers[number] = Customer(number)
            kind = "buy"
        elif kind == "buy":
            customer.basket.append((step, f"item {step % 977}", [step] * (step % 7)))
            customer.notes[f"note {step}"] = lambda s=step: s
            if len(customer.basket) > 12:
                kind = "leave"
        else:
            total += sum(note() for note in customer.notes.values()) % 1009
            del customers[number]
            kind = "arrive"
        heapq.heappush(events, (time + random.expovariate(1.0), number, kind))
    return total, len(customers)


print(simulate(120_000))
