for batch in loader:
    model(batch).backward()
    optimizer.step()
