"""How long a recurrent network remembers: its gradients, a cliff, and a task for its memory."""
