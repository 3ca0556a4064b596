raise RuntimeError("the licence of acme has ended")
