"""A short tale in two chapters, written for the pictures of ``cowrite demo``."""

from __future__ import annotations

CHAPTERS = "\n\n".join(
    (
        "# The letter",
        "Marta found the letter on the third step, where the postman always left it when the bell was broken."
        " It had been sent from *Quay Street*, and it was thinner than she remembered letters to be.",
        "She did not open it. She put it on the kitchen table, beside the blue cup, and went to close the "
        "window.",
        "“You will read it,” said her brother from the door. “You always read them.”",
        "“Not this one.”",
        "He laughed, and then he saw that she meant it. **Nobody** in the house had ever left a letter closed"
        " for a whole morning.",
        "By noon the rain had come in from the sea, and the paper had drawn a little of the damp out of the "
        "air. One corner had lifted. She could see the first word, and it was her name.",
        "# The quay",
        "The boats had been in since before it was light. Nobody was on the quay but the old man who counted "
        "the crates, and he counted them twice, as he did whenever somebody watched.",
        "Marta had the letter in her coat. She had read it on the tram, standing, between two stops, and "
        "afterwards she had looked at the people around her as if one of them could have written it.",
        "“Which one is the *Adelaide*?” she asked.",
        "“The one with no lights,” said the old man, and he began to count again.",
    )
)

LETTER, QUAY = CHAPTERS.split("\n\n# The quay")
FILES = {
    "1 The letter.md": LETTER + "\n",
    "2 The quay.md": f"# The quay{QUAY}\n",
    "3 The crossing.md": "# The crossing\n\nThe sea was flat all night.\n",
    "Notes/Names.md": "# Names\n\n- Marta, who finds the letter\n- Anselm, her brother\n",
}
"""A folder of a book: what each file holds."""
MARKDOWN = "\n".join(
    (
        "## What is known of the *Adelaide*",
        "",
        "She was built as a **tender**, and has carried [mail](https://example.org) since. Her log says:",
        "",
        "> No lights. Wind from the north, and nobody at the wheel.",
        "",
        "- crates from the quay, `counted twice`",
        "- two passengers",
        "    - one of them is Marta",
        "",
        "| Port | Hour |",
        "| ---- | ---- |",
        "| Quay Street | 23:10 |",
        "",
        "%% Was there a moon? %%",
        "",
    )
)
NOTE = "Who sent the letter?\n\nNobody says so before chapter 3. The old man knows."

STUMBLES = (
    "# The mill\n\n"
    "Katherine walked down to the river before anybody was awake. Katherine liked the mill best at that hour,"
    " when the wheel stood still and the lamp in the upper window glimmered through the mist; far below, "
    "where the planks were rotten, the black water glimmered too.\n\n"
    "She stayed there due to the fact that nobody would look for her, and it was really quite cold. The door "
    "opened softly and slowly, almost soundlessly, and the miller came out carefully with his lantern.\n\n"
    "“You are early, he said. “Sit down, if you like.”\n\n"
    "Nobody had ever asked Katherine to sit down at the mill, and when Catherine looked up at him she saw "
    "that he meant it. Katherine sat down on the step.\n\n"
    "She thought of the long road home, and of the house with the green shutters, and of her father who would"
    " be standing in the yard by now with his hat on his head and the dog at his heels, and of the letter "
    "that lay unopened under the blue cup on the kitchen table, and of what her sister would say if she knew "
    "about it, and how she would go on saying it until the snow came, and then all through the snow, until it"
    " was spring again.\n"
)
"""With something of every kind that the check looks for."""

SENT_BACK = (
    "# The letter\n\n"
    "Marta found the letter on the {~~third~>lowest~~} step, where the postman {--always --}left it when the bell was "
    "broken.\n\n"
    "She did not open it. She put it on the kitchen table{++, beside the blue cup++}, and went to close the window.\n"
)

CHINESE_CHAPTERS = "\n\n".join(
    (
        "# 信",
        "门铃坏了以后，邮差总把信放在第三级台阶上。玛尔塔就是在那里找到它的。信从*码头街*寄来，比她记忆中的信要薄。",
        "她没有拆开，只是把它搁在厨房的桌上，挨着那只蓝杯子，然后去关窗。",
        "“你会看的，”弟弟在门口说，“你每次都看。”",
        "“这封不看。”",
        "他笑了，随后发现她是认真的。这个家里，**从来没有人**让一封信整个上午都不拆。",
        "# 码头",
        "天还没亮，船就都进港了。码头上只有那个点箱子的老人，他总要点上两遍——有人在旁边看着的时候，他一向如此。",
        "“少了一箱，”他说，“也可能多了一箱。这要看你问的是谁……”",
    )
)
